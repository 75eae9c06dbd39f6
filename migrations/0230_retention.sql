-- Retention (rules 8): a rule purges only when somebody has decided so and said where the decision is.

create table retention_rule (
    tenant_id uuid not null constraint retention_rule_tenant_fkey references sys.tenant (id),
    id uuid not null,
    -- areas/retention/model.rs.
    code text not null,
    -- Null = the usual period.
    days integer constraint retention_rule_days check (days between 0 and 36600),
    decision_ref text not null default '',
    decided_on date,
    is_active boolean not null default false,
    -- Rättsligt hinder: nothing is purged while it stands.
    hold_reason text not null default '',
    version integer not null default 1,
    constraint retention_rule_pkey primary key (tenant_id, id),
    constraint retention_rule_code_key unique (tenant_id, code),
    constraint retention_rule_decided check (not is_active or (decision_ref <> '' and decided_on is not null))
);

-- A purge that was carried out, or tried dry. Append only; the protocol holds counts and rules, never what was purged.
create table retention_run (
    tenant_id uuid not null constraint retention_run_tenant_fkey references sys.tenant (id),
    id uuid not null,
    at timestamptz not null,
    today date not null,
    actor text not null,
    user_id uuid,
    is_dry boolean not null,
    -- [{code, days, decision_ref, decided_on, hold_reason, rows, history_rows, oldest, newest}]
    protocol jsonb not null,
    constraint retention_run_pkey primary key (tenant_id, id)
);
create index retention_run_at_idx on retention_run (tenant_id, at desc);

select app.make_tenant_table('retention_rule');
select app.make_tenant_table('retention_run', false, 'select, insert');

-- Removes the content of the history of objects, and leaves its hash: the chain verifies before and after. Only an open purge
-- run may, so that no history is emptied without a protocol.
create function app.purge_history(p_run uuid, p_table text, p_objects uuid[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as
$$
declare
    n bigint;
begin
    if not exists (select 1 from public.retention_run r where r.tenant_id = app.tenant_id() and r.id = p_run and not r.is_dry) then
        raise exception 'no such purge run';
    end if;
    update public.history set old = null, new = null, purged_at = now(), purge_id = p_run
    where tenant_id = app.tenant_id() and table_name = p_table and object_id = any(p_objects) and purged_at is null;
    get diagnostics n = row_count;
    return n;
end
$$;
grant execute on function app.purge_history(uuid, text, uuid[]) to overblick_app;
