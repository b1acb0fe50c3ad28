"""The key says which call is meant, not which attempt."""

import json
import random

from hypothesis import given
from hypothesis import strategies as st

from plugins.agent.key import derive_key

PLACE = {"dag_id": "podcast", "run_id": "r", "airflow_task_id": "t", "map_index": -1}
names = st.text(min_size=1, max_size=8)
values = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
json_values = st.recursive(
    values, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
inputs = st.dictionaries(names, json_values, max_size=4)


@given(inputs, st.integers(min_value=0, max_value=99), st.randoms(use_true_random=False))
def test_equal_calls_share_a_key_whatever_the_order(
    asked: dict[str, object], generation: int, order: random.Random
) -> None:
    shuffled = list(asked.items())
    order.shuffle(shuffled)
    again = json.loads(json.dumps(dict(shuffled)))
    assert derive_key(PLACE, asked, generation) == derive_key(PLACE, again, generation)


@given(inputs, inputs)
def test_other_inputs_have_another_key(asked: dict[str, object], other: dict[str, object]) -> None:
    same = json.dumps(asked, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (derive_key(PLACE, asked, 0) == derive_key(PLACE, other, 0)) is same


def test_another_place_or_generation_has_another_key() -> None:
    moved = [PLACE | {name: "other" if name != "map_index" else 0} for name in PLACE]
    keys = {derive_key(place, {}, 0) for place in (PLACE, *moved)}
    keys |= {derive_key(PLACE, {}, generation) for generation in (1, 2)}
    assert len(keys) == len(PLACE) + 3


def test_the_try_number_is_not_in_the_key() -> None:
    first = derive_key(PLACE | {"try_number": 1, "max_tries": 3}, {"word": "a"}, 0)
    assert first == derive_key(PLACE | {"try_number": 2, "max_tries": 3}, {"word": "a"}, 0)


def test_neighbouring_fields_do_not_run_together() -> None:
    one = PLACE | {"run_id": "ab", "airflow_task_id": "c"}
    other = PLACE | {"run_id": "a", "airflow_task_id": "bc"}
    assert derive_key(one, {}, 0) != derive_key(other, {}, 0)
