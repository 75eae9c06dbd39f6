-- Background jobs: what the server's role may do for the history, and the questions that the queue asks.

-- The server makes room for the months to come without being able to create anything else.
revoke execute on function app.ensure_history_partitions(date, integer) from public;
grant execute on function app.ensure_history_partitions(date, integer) to overblick_app;

-- The page of jobs: what failed, newest first.
create index job_finished_idx on sys.job (finished_at) where state in ('done', 'failed');
