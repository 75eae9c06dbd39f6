-- Audit (C37): what the pages of the history need beside the history itself.

-- The log shows a change set as one event; the rows of an import of 40 000 are then passed over, not read.
create index history_loose_idx on history (tenant_id, at desc, id desc) where change_set_id is null;
-- What belonged to an object and was removed is found through its last row.
create index history_removed_idx on history (tenant_id, table_name, id) where op = 'D';

-- When the hash chain was last checked, and what came of it. Append only.
create table history_verification (
    tenant_id uuid not null constraint history_verification_tenant_fkey references sys.tenant (id),
    id uuid not null,
    at timestamptz not null,
    -- The last row that the check covered.
    to_history_id bigint not null,
    row_count bigint not null,
    -- [{seal_no, history_id, problem}], at most a hundred; empty = everything verified.
    problems jsonb not null default '[]',
    actor text not null,
    constraint history_verification_pkey primary key (tenant_id, id)
);
create index history_verification_at_idx on history_verification (tenant_id, at desc);
select app.make_tenant_table('history_verification', false, 'select, insert');
