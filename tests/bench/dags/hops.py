"""Five agent calls in a chain, as the operators of a flow make them."""

from airflow.sdk import DAG, chain

from plugins.agent.operator import AgentOperator

with DAG(dag_id="hops", schedule=None, catchup=False, tags=["bench"]) as dag:
    naps = [
        AgentOperator(task_id=f"nap_{number}", agent_task="nap.take", inputs={"seconds": 0.2})
        for number in range(5)
    ]
    chain(*naps)
