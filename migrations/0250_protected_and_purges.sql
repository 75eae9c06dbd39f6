-- Who has protected identity is asked for by every import and many pages: nobody, or a handful among forty thousand.
create index person_protected_idx on person (tenant_id) where is_protected;
create index leaver_row_hidden_idx on leaver_row (tenant_id) where is_hidden;

-- Whether a text is the name of a person with protected identity (rules 9.6), in whatever order: a role or a responsible that came
-- as text, before the person was known, is then not shown.
create function app.names_protected(p_text text) returns boolean stable parallel safe language sql as
$$
    select coalesce(p_text, '') <> '' and exists (select 1 from public.person p where p.is_protected and p.name_key = (
        select string_agg(w, ' ' order by w collate "C")
        from regexp_split_to_table(lower(public.unaccent(p_text)), '[^[:alnum:]]+') w where w <> ''))
$$;

-- Replaces, in the history of objects, every earlier value of a field by an empty one; other fields stay readable. The hash is of what
-- was, and the chain still verifies. Only an open purge run may.
create function app.purge_history_values(p_run uuid, p_table text, p_objects uuid[], p_key text, p_empty jsonb) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as
$$
declare
    n bigint := 0;
    m bigint;
    v_object uuid;
    v_now jsonb;
begin
    if not exists (select 1 from public.retention_run r where r.tenant_id = app.tenant_id() and r.id = p_run and not r.is_dry) then
        raise exception 'no such purge run';
    end if;
    foreach v_object in array p_objects loop
        v_now := coalesce(app.row_as_json(p_table, v_object) -> p_key, p_empty);
        update public.history h
        set old = case when h.old -> p_key is distinct from v_now and h.old ? p_key then h.old || jsonb_build_object(p_key, p_empty) else h.old end,
            new = case when h.new -> p_key is distinct from v_now and h.new ? p_key then h.new || jsonb_build_object(p_key, p_empty) else h.new end,
            purged_at = now(), purge_id = p_run
        where h.tenant_id = app.tenant_id() and h.table_name = p_table and h.object_id = v_object
          and ((h.old ? p_key and h.old -> p_key not in (v_now, p_empty)) or (h.new ? p_key and h.new -> p_key not in (v_now, p_empty)));
        get diagnostics m = row_count;
        n := n + m;
    end loop;
    return n;
end
$$;
grant execute on function app.purge_history_values(uuid, text, uuid[], text, jsonb) to overblick_app;

-- Removes reads of personal data before a moment from the log of reads, which the server may otherwise only add to.
create function app.purge_access_log(p_run uuid, p_before timestamptz) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as
$$
declare
    n bigint;
begin
    if not exists (select 1 from public.retention_run r where r.tenant_id = app.tenant_id() and r.id = p_run and not r.is_dry) then
        raise exception 'no such purge run';
    end if;
    delete from public.access_log
    where tenant_id = app.tenant_id() and at < p_before and kind in ('read_personal', 'reveal');
    get diagnostics n = row_count;
    return n;
end
$$;
grant execute on function app.purge_access_log(uuid, timestamptz) to overblick_app;
