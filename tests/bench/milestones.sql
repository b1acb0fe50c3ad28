-- When each thing on the way to a workflow's first spoken line happened, and what that line is.
-- `calls` are the lines that were spoken for this workflow, with the hash of what each was asked:
-- one that the journal answered has another outcome, and is none.
SELECT flow.start_timestamp AS accepted, flow.triggered_at AS triggered,
       harvest.start_timestamp AS harvest_began, harvest.end_timestamp AS harvest_ended,
       writer.created_at AS writer_sent, writer.started_at AS writer_began,
       plan.finished_at AS planned, part.created_at AS part_written,
       voice.created_at AS voice_sent, voice.started_at AS voice_began,
       flow.user_id, voice.kwargs -> 'voice_params' AS voice_params, spoken.calls,
       segment.created_at AS line_recorded, segment.line_id,
       segment.first_byte, segment.first_byte + segment.bytes AS end_byte,
       line.first ->> 'line_id' AS first_line_id, line.first ->> 'text' AS text,
       line.first ->> 'speaker' AS speaker
FROM workflow_instances AS flow
JOIN podcasts AS podcast ON podcast.podcast_id = flow.workflow_id
JOIN streams AS stream ON stream.stream_id = podcast.stream_id
JOIN task_instances AS harvest
    ON harvest.workflow_id = flow.workflow_id AND harvest.airflow_task_id = 'harvest'
JOIN agent_dispatches AS writer
    ON writer.workflow_id = flow.workflow_id AND writer.task_name = 'pswa.weave_script'
JOIN agent_dispatches AS voice
    ON voice.workflow_id = flow.workflow_id AND voice.task_name = 'vfa.forge_voice'
JOIN script_parts AS part
    ON part.script_id = podcast.script_id AND part.revision = podcast.script_revision
   AND part.position = 0
CROSS JOIN LATERAL (SELECT part.lines -> 0 AS first) AS line
JOIN LATERAL (
    SELECT created_at, line_id, first_byte, bytes FROM stream_segments
    WHERE stream_id = stream.stream_id AND revision = stream.revision AND line_id IS NOT NULL
    ORDER BY position LIMIT 1) AS segment ON true
LEFT JOIN LATERAL (
    SELECT finished_at FROM call_ledger
    WHERE workflow_id = flow.workflow_id AND kind = 'podcast_outline' AND outcome = 'completed'
    ORDER BY call_id LIMIT 1) AS plan ON true
JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object(
        'call_key', call_key, 'model', model, 'began', extract(epoch FROM started_at),
        'ended', extract(epoch FROM finished_at)) ORDER BY call_id) AS calls
    FROM call_ledger
    WHERE workflow_id = flow.workflow_id AND kind = 'speech' AND outcome = 'completed'
    ) AS spoken ON spoken.calls IS NOT NULL
WHERE flow.workflow_id = %(workflow_id)s;
