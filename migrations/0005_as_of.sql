-- The record as it stood (H-RF rows, docs/reports.md "as of"): temporary tables with the names of the real ones, filled from
-- history, hide the real ones for the rest of the transaction. The same queries, unchanged, then answer as of that moment.
create function app.stand_as_of(p_until timestamptz) returns integer
language plpgsql set search_path = pg_catalog, public as
$$
declare
    t text;
    n integer := 0;
begin
    for t in
        select c.relname from pg_class c join pg_trigger g on g.tgrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and g.tgname = 'record_history' and c.relkind = 'r' order by 1
    loop
        execute format(
            'create temporary table %1$I on commit drop as
             select r.* from (
                 select distinct on (h.object_id) h.op, h.new from public.history h
                 where h.tenant_id = app.tenant_id() and h.table_name = %1$L and h.at < $1
                 order by h.object_id, h.id desc
             ) h cross join lateral jsonb_populate_record(null::public.%1$I, h.new) r
             where h.op <> ''D'' and h.new is not null', t) using p_until;
        n := n + 1;
    end loop;
    return n;
end
$$;
