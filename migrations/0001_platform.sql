-- The platform: identity (schema sys), the door and the history (schema app), and what every municipality has.
--
-- Two roles: the owner applies migrations and owns everything; overblick_app runs the server, owns nothing and
-- can bypass nothing. docs/architecture.md ("One door") says why.

create extension if not exists citext;
create extension if not exists pg_trgm;
create extension if not exists unaccent;
create extension if not exists btree_gist;

create schema sys;
create schema app;
grant usage on schema sys, app, public to overblick_app;
revoke create on schema public from public;

-- ---------------------------------------------------------------------------------------------- identity (sys)

create table sys.tenant (
    id uuid constraint tenant_pkey primary key,
    slug text not null constraint tenant_slug_key unique
        constraint tenant_slug_form check (slug ~ '^[a-z0-9][a-z0-9-]{1,48}$'),
    name text not null constraint tenant_name_given check (name <> ''),
    is_demo boolean not null default false,
    created_at timestamptz not null default now()
);

create table sys.user_account (
    id uuid constraint user_account_pkey primary key,
    email citext not null constraint user_account_email_key unique
        constraint user_account_email_form check (email ~ '^[^@\s]+@[^@\s]+$'),
    name text not null constraint user_account_name_given check (name <> ''),
    password_hash text,
    is_platform_admin boolean not null default false,
    density text not null default 'kompakt' constraint user_account_density check (density in ('kompakt', 'sm')),
    colour_scheme text not null default 'auto' constraint user_account_colour check (colour_scheme in ('auto', 'light', 'dark')),
    created_at timestamptz not null default now(),
    last_login_at timestamptz,
    disabled_at timestamptz
);

create table sys.membership (
    tenant_id uuid not null constraint membership_tenant_fkey references sys.tenant (id),
    user_id uuid not null constraint membership_user_fkey references sys.user_account (id),
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    constraint membership_pkey primary key (tenant_id, user_id)
);
create index membership_user_idx on sys.membership (user_id);

create table sys.session (
    id uuid constraint session_pkey primary key,
    token_hash bytea not null constraint session_token_key unique,
    -- The token before the last rotation: a parallel request may still carry it for a minute.
    previous_token_hash bytea,
    rotated_at timestamptz not null,
    user_id uuid not null constraint session_user_fkey references sys.user_account (id) on delete cascade,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at timestamptz not null,
    user_agent text not null default ''
);
create index session_user_idx on sys.session (user_id);
create index session_previous_idx on sys.session (previous_token_hash);
create index session_expires_idx on sys.session (expires_at);

-- Invitations, password resets and calendar addresses: only the hash of the secret is kept.
create table sys.auth_token (
    id uuid constraint auth_token_pkey primary key,
    token_hash bytea not null constraint auth_token_key unique,
    kind text not null constraint auth_token_kind check (kind in ('invite', 'reset', 'calendar', 'setup')),
    user_id uuid constraint auth_token_user_fkey references sys.user_account (id) on delete cascade,
    tenant_id uuid constraint auth_token_tenant_fkey references sys.tenant (id) on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz,
    used_at timestamptz
);
create index auth_token_user_idx on sys.auth_token (user_id);

-- Failed sign-ins, counted by a keyed hash of the address typed: an account that does not exist is counted alike.
create table sys.login_throttle (
    key_hash bytea constraint login_throttle_pkey primary key,
    failures integer not null,
    first_failure_at timestamptz not null,
    locked_until timestamptz
);

create table sys.security_event (
    id uuid constraint security_event_pkey primary key,
    at timestamptz not null,
    kind text not null,
    user_id uuid,
    tenant_id uuid,
    request_id uuid,
    detail jsonb not null default '{}'
);
create index security_event_at_idx on sys.security_event (at);
create index security_event_user_idx on sys.security_event (user_id, at);

-- The queue. A payload holds ids, never personal data.
create table sys.job (
    id uuid constraint job_pkey primary key,
    tenant_id uuid constraint job_tenant_fkey references sys.tenant (id),
    kind text not null,
    payload jsonb not null default '{}',
    -- At most one waiting or running job per key.
    unique_key text,
    state text not null default 'queued' constraint job_state check (state in ('queued', 'running', 'done', 'failed')),
    run_at timestamptz not null,
    attempts integer not null default 0,
    max_attempts integer not null default 5,
    leased_by text,
    lease_until timestamptz,
    progress jsonb,
    error text,
    created_by uuid,
    created_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz
);
create index job_ready_idx on sys.job (run_at) where state in ('queued', 'running');
create index job_tenant_idx on sys.job (tenant_id, created_at desc);
create unique index job_unique_key on sys.job (coalesce(tenant_id, '00000000-0000-0000-0000-000000000000'), kind, unique_key)
    where unique_key is not null and state in ('queued', 'running');

create table sys.job_schedule (
    name text constraint job_schedule_pkey primary key,
    -- The last moment of the schedule for which jobs were enqueued: a missed run is caught up, once.
    last_due_at timestamptz not null
);

grant select, insert, update, delete on all tables in schema sys to overblick_app;
revoke update, delete on sys.security_event from overblick_app;

-- ---------------------------------------------------------------------------------------------- the door (app)

-- The loud form: with no tenant set this raises; it never answers with an empty list.
create function app.tenant_id() returns uuid stable language sql as
$$ select current_setting('app.tenant_id')::uuid $$;

create table history (
    tenant_id uuid not null,
    id bigint not null,
    at timestamptz not null,
    table_name text not null,
    object_id uuid not null,
    op "char" not null constraint history_op check (op in ('I', 'U', 'D')),
    old jsonb,
    new jsonb,
    user_id uuid,
    actor text not null,
    request_id uuid,
    purpose text,
    change_set_id uuid,
    content_hash bytea not null,
    -- Set when the law demanded that the content be removed; the hash stays and the chain still verifies.
    purged_at timestamptz,
    purge_id uuid,
    constraint history_pkey primary key (tenant_id, at, id)
) partition by range (at);
create sequence history_id_seq;
create index history_object_idx on history (tenant_id, object_id, id);
create index history_change_set_idx on history (tenant_id, change_set_id, id) where change_set_id is not null;
create index history_table_idx on history (tenant_id, table_name, id);
create index history_id_idx on history (tenant_id, id);
create table history_default partition of history default;

create function app.ensure_history_partitions(p_from date, p_months integer) returns void
language plpgsql security definer set search_path = pg_catalog, public as
$$
declare
    v_month date := date_trunc('month', p_from)::date;
    v_name text;
begin
    for i in 0..p_months loop
        v_name := 'history_' || to_char(v_month, 'YYYY_MM');
        if to_regclass('public.' || v_name) is null then
            execute format('create table public.%I partition of public.history for values from (%L) to (%L)',
                v_name, v_month::timestamp at time zone 'UTC', (v_month + interval '1 month')::timestamp at time zone 'UTC');
        end if;
        v_month := (v_month + interval '1 month')::date;
    end loop;
end
$$;
select app.ensure_history_partitions((now() - interval '1 month')::date, 13);

create function app.history_content_hash(
    p_tenant uuid, p_id bigint, p_at timestamptz, p_table text, p_object uuid, p_op "char", p_old jsonb, p_new jsonb,
    p_user uuid, p_actor text, p_request uuid, p_purpose text, p_change_set uuid
) returns bytea stable parallel safe language sql as
$$
    select sha256(convert_to(jsonb_build_array(
        p_tenant, p_id, extract(epoch from p_at)::text, p_table, p_object, p_op::text, p_old, p_new,
        p_user, p_actor, p_request, p_purpose, p_change_set)::text, 'UTF8'))
$$;

create function app.setting_or_null(p_name text) returns text stable language sql as
$$ select nullif(current_setting(p_name, true), '') $$;

create function app.history_lock_key(p_tenant uuid) returns bigint immutable language sql as
$$ select hashtextextended('history:' || p_tenant::text, 0) $$;

-- The one trigger function that writes the history of every tenant table. It runs once per statement and writes all its rows
-- at once: an import of ten thousand rows costs one insert into the history, not ten thousand.
create function app.record_history() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as
$$
declare
    v_tenant uuid := app.tenant_id();
    v_at timestamptz := now();
    v_op "char" := left(tg_op, 1)::"char";
    v_user uuid := app.setting_or_null('app.user_id')::uuid;
    v_actor text := coalesce(app.setting_or_null('app.actor'), 'system');
    v_request uuid := app.setting_or_null('app.request_id')::uuid;
    v_purpose text := app.setting_or_null('app.purpose');
    v_set uuid := app.setting_or_null('app.change_set_id')::uuid;
begin
    -- Held until commit, shared among writers: the sealing job takes it alone and so never misses a row in flight.
    perform pg_advisory_xact_lock_shared(app.history_lock_key(v_tenant));
    if tg_op = 'INSERT' then
        insert into public.history (tenant_id, id, at, table_name, object_id, op, new, user_id, actor, request_id, purpose,
            change_set_id, content_hash)
        select r.tenant_id, r.no, v_at, tg_table_name, r.id, v_op, r.new, v_user, v_actor, v_request, v_purpose, v_set,
            app.history_content_hash(r.tenant_id, r.no, v_at, tg_table_name, r.id, v_op, null, r.new, v_user, v_actor,
                v_request, v_purpose, v_set)
        from (select n.tenant_id, n.id, nextval('public.history_id_seq') as no, to_jsonb(n) as new from new_rows n offset 0) r;
    elsif tg_op = 'DELETE' then
        insert into public.history (tenant_id, id, at, table_name, object_id, op, old, user_id, actor, request_id, purpose,
            change_set_id, content_hash)
        select r.tenant_id, r.no, v_at, tg_table_name, r.id, v_op, r.old, v_user, v_actor, v_request, v_purpose, v_set,
            app.history_content_hash(r.tenant_id, r.no, v_at, tg_table_name, r.id, v_op, r.old, null, v_user, v_actor,
                v_request, v_purpose, v_set)
        from (select o.tenant_id, o.id, nextval('public.history_id_seq') as no, to_jsonb(o) as old from old_rows o offset 0) r;
    else
        if exists (select 1 from old_rows o where not exists
                (select 1 from new_rows n where n.tenant_id = o.tenant_id and n.id = o.id)) then
            raise exception 'the identity of a row never changes (%)', tg_table_name;
        end if;
        insert into public.history (tenant_id, id, at, table_name, object_id, op, old, new, user_id, actor, request_id, purpose,
            change_set_id, content_hash)
        select r.tenant_id, r.no, v_at, tg_table_name, r.id, v_op, r.old, r.new, v_user, v_actor, v_request, v_purpose, v_set,
            app.history_content_hash(r.tenant_id, r.no, v_at, tg_table_name, r.id, v_op, r.old, r.new, v_user, v_actor,
                v_request, v_purpose, v_set)
        from (
            select n.tenant_id, n.id, nextval('public.history_id_seq') as no, to_jsonb(o) as old, to_jsonb(n) as new
            from old_rows o join new_rows n on n.tenant_id = o.tenant_id and n.id = o.id
            where o is distinct from n offset 0
        ) r;
    end if;
    return null;
end
$$;

-- Makes a table a municipality's: row-level security that binds the owner too, one policy, rights, history.
-- `tests/it/schema.rs` proves from the catalogue that no table forgot it.
create function app.make_tenant_table(p_table regclass, p_history boolean default true, p_rights text default 'select, insert, update, delete')
returns void language plpgsql as
$$
declare
    v_key record;
begin
    -- An undo takes rows back in the opposite order and looks at the references when all are back (app.undo_change_set).
    for v_key in select conname from pg_constraint
        where conrelid = p_table and contype = 'f' and connamespace = 'public'::regnamespace and not condeferrable
    loop
        execute format('alter table %s alter constraint %I deferrable initially immediate', p_table, v_key.conname);
    end loop;
    execute format('alter table %s enable row level security', p_table);
    execute format('alter table %s force row level security', p_table);
    execute format('create policy tenant_only on %s using (tenant_id = current_setting(''app.tenant_id'')::uuid) '
        'with check (tenant_id = current_setting(''app.tenant_id'')::uuid)', p_table);
    execute format('grant %s on %s to overblick_app', p_rights, p_table);
    if p_history then
        execute format('create trigger record_history after insert on %s referencing new table as new_rows '
            'for each statement execute function app.record_history()', p_table);
        execute format('create trigger record_history_update after update on %s referencing old table as old_rows new table as new_rows '
            'for each statement execute function app.record_history()', p_table);
        execute format('create trigger record_history_delete after delete on %s referencing old table as old_rows '
            'for each statement execute function app.record_history()', p_table);
    end if;
end
$$;
select app.make_tenant_table('history', false, 'select');

-- ---------------------------------------------------------------------------------------------- change sets, undo

-- One act of a person or a job that changed several rows and can be taken back as one: an import, a merge, a bulk edit.
create table change_set (
    tenant_id uuid not null constraint change_set_tenant_fkey references sys.tenant (id),
    id uuid not null,
    kind text not null,
    label text not null,
    user_id uuid,
    actor text not null,
    at timestamptz not null default now(),
    undone_at timestamptz,
    undone_by text,
    constraint change_set_pkey primary key (tenant_id, id)
);
create index change_set_at_idx on change_set (tenant_id, at desc);
select app.make_tenant_table('change_set', false, 'select, insert, update');

create function app.row_as_json(p_table text, p_object uuid) returns jsonb stable
language plpgsql set search_path = pg_catalog, public as
$$
declare v jsonb;
begin
    execute format('select to_jsonb(t) from public.%I t where t.tenant_id = app.tenant_id() and t.id = $1', p_table) into v using p_object;
    return v;
end
$$;

-- Objects of the change set that no longer look as it left them: something was built on them.
create function app.change_set_conflicts(p_set uuid) returns table (table_name text, object_id uuid)
language sql stable set search_path = pg_catalog, public as
$$
    select l.table_name, l.object_id
    from (
        select distinct on (h.table_name, h.object_id) h.table_name, h.object_id, h.new
        from public.history h
        where h.tenant_id = app.tenant_id() and h.change_set_id = p_set
        order by h.table_name, h.object_id, h.id desc
    ) l
    where app.row_as_json(l.table_name, l.object_id) is distinct from l.new
$$;

create function app.table_columns(p_table text) returns text stable language sql set search_path = pg_catalog, public as
$$
    select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
    where attrelid = format('public.%I', p_table)::regclass and attnum > 0 and not attisdropped and attgenerated = ''
$$;

-- Takes back every row change of a change set, newest first. The caller has checked for conflicts; a row that others
-- refer to stops it with the foreign key's error. Returns the number of row changes taken back.
create function app.undo_change_set(p_set uuid) returns bigint
language plpgsql set search_path = pg_catalog, public as
$$
declare
    h record;
    v_count bigint := 0;
    v_columns text;
begin
    set constraints all deferred;
    for h in
        select * from public.history where tenant_id = app.tenant_id() and change_set_id = p_set order by id desc
    loop
        v_columns := app.table_columns(h.table_name);
        if h.op = 'I' then
            execute format('delete from public.%I where tenant_id = app.tenant_id() and id = $1', h.table_name) using h.object_id;
        elsif h.op = 'D' then
            execute format('insert into public.%1$I (%2$s) select %2$s from jsonb_populate_record(null::public.%1$I, $1)',
                h.table_name, v_columns) using h.old;
        else
            execute format('update public.%1$I set (%2$s) = (select %2$s from jsonb_populate_record(null::public.%1$I, $1)) '
                'where tenant_id = app.tenant_id() and id = $2', h.table_name, v_columns) using h.old, h.object_id;
        end if;
        v_count := v_count + 1;
    end loop;
    set constraints all immediate;
    return v_count;
end
$$;

-- ---------------------------------------------------------------------------------------------- the hash chain

create table history_seal (
    tenant_id uuid not null constraint history_seal_tenant_fkey references sys.tenant (id),
    id uuid not null,
    seal_no bigint not null,
    from_id bigint not null,
    to_id bigint not null,
    row_count bigint not null,
    previous_hash bytea not null,
    hash bytea not null,
    sealed_at timestamptz not null default now(),
    constraint history_seal_pkey primary key (tenant_id, id),
    constraint history_seal_no_key unique (tenant_id, seal_no)
);
select app.make_tenant_table('history_seal', false, 'select');

-- Seals what is not sealed yet, at most p_limit rows. Returns the number of rows sealed.
create function app.seal_history(p_limit bigint default 100000) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as
$$
declare
    v_tenant uuid := app.tenant_id();
    v_last record;
    v_new record;
begin
    perform pg_advisory_xact_lock(app.history_lock_key(v_tenant));
    select seal_no, to_id, hash into v_last from public.history_seal
        where tenant_id = v_tenant order by seal_no desc limit 1;
    if v_last is null then
        select 0::bigint as seal_no, 0::bigint as to_id, sha256(convert_to(v_tenant::text, 'UTF8')) as hash into v_last;
    end if;
    select min(s.id) as from_id, max(s.id) as to_id, count(*) as n,
           string_agg(s.content_hash, ''::bytea order by s.id) as hashes into v_new
    from (select id, content_hash from public.history where tenant_id = v_tenant and id > v_last.to_id order by id limit p_limit) s;
    if v_new.n = 0 then
        return 0;
    end if;
    insert into public.history_seal (tenant_id, id, seal_no, from_id, to_id, row_count, previous_hash, hash)
    values (v_tenant, gen_random_uuid(), v_last.seal_no + 1, v_new.from_id, v_new.to_id, v_new.n, v_last.hash,
        sha256(v_last.hash || v_new.hashes));
    return v_new.n;
end
$$;
grant execute on function app.seal_history(bigint) to overblick_app;

-- What does not verify: a row whose content no longer gives its hash, a seal whose rows no longer give its hash.
create function app.verify_history() returns table (seal_no bigint, history_id bigint, problem text)
language plpgsql stable set search_path = pg_catalog, public as
$$
declare
    v_tenant uuid := app.tenant_id();
    v_previous bytea := sha256(convert_to(v_tenant::text, 'UTF8'));
    v_expected_no bigint := 1;
    v_previous_to bigint := 0;
    s record;
    r record;
begin
    for s in select * from public.history_seal x where x.tenant_id = v_tenant order by x.seal_no loop
        if s.seal_no <> v_expected_no then
            seal_no := v_expected_no; history_id := null; problem := 'seal_missing'; return next;
        end if;
        if s.previous_hash <> v_previous then
            seal_no := s.seal_no; history_id := null; problem := 'chain_broken'; return next;
        end if;
        select count(*) as n, string_agg(h.content_hash, ''::bytea order by h.id) as hashes into r
        from public.history h where h.tenant_id = v_tenant and h.id > v_previous_to and h.id <= s.to_id;
        if r.n <> s.row_count then
            seal_no := s.seal_no; history_id := null; problem := 'row_count'; return next;
        elsif s.hash <> sha256(s.previous_hash || r.hashes) then
            seal_no := s.seal_no; history_id := null; problem := 'seal_hash'; return next;
        end if;
        v_previous := s.hash; v_expected_no := s.seal_no + 1; v_previous_to := s.to_id;
    end loop;
    return query
        select null::bigint, h.id, 'content'::text from public.history h
        where h.tenant_id = v_tenant and h.purged_at is null
          and h.content_hash <> app.history_content_hash(h.tenant_id, h.id, h.at, h.table_name, h.object_id, h.op, h.old, h.new,
                h.user_id, h.actor, h.request_id, h.purpose, h.change_set_id);
end
$$;

-- ---------------------------------------------------------------------------------------------- reads and exports

-- Who read personal data or took data out, and why. Append only.
create table access_log (
    tenant_id uuid not null constraint access_log_tenant_fkey references sys.tenant (id),
    id uuid not null,
    at timestamptz not null default now(),
    user_id uuid,
    actor text not null,
    kind text not null constraint access_log_kind check (kind in ('read_personal', 'reveal', 'export', 'download', 'print')),
    object_kind text not null,
    object_id uuid,
    detail jsonb not null default '{}',
    request_id uuid,
    constraint access_log_pkey primary key (tenant_id, id)
);
create index access_log_at_idx on access_log (tenant_id, at desc);
create index access_log_object_idx on access_log (tenant_id, object_id, at desc);
select app.make_tenant_table('access_log', false, 'select, insert');

-- ---------------------------------------------------------------------------------------------- settings

create table tenant_setting (
    tenant_id uuid not null constraint tenant_setting_tenant_fkey references sys.tenant (id),
    id uuid not null,
    key text not null,
    value jsonb not null,
    constraint tenant_setting_pkey primary key (tenant_id, id),
    constraint tenant_setting_key unique (tenant_id, key)
);
select app.make_tenant_table('tenant_setting');
