-- Moves of units to another parent, by the day they took effect: with them the tree can be shown as of any day.
create table org_unit_move (
    tenant_id uuid not null constraint org_unit_move_tenant_fkey references sys.tenant (id),
    id uuid not null,
    org_unit_id uuid not null,
    from_parent_id uuid,
    to_parent_id uuid,
    -- The first day under the new parent.
    moved_on date not null,
    constraint org_unit_move_pkey primary key (tenant_id, id),
    constraint org_unit_move_unit_fkey foreign key (tenant_id, org_unit_id) references org_unit (tenant_id, id),
    constraint org_unit_move_from_fkey foreign key (tenant_id, from_parent_id) references org_unit (tenant_id, id),
    constraint org_unit_move_to_fkey foreign key (tenant_id, to_parent_id) references org_unit (tenant_id, id)
);
create index org_unit_move_unit_idx on org_unit_move (tenant_id, org_unit_id);
create index org_unit_move_from_idx on org_unit_move (tenant_id, from_parent_id);
create index org_unit_move_to_idx on org_unit_move (tenant_id, to_parent_id);

select app.make_tenant_table('org_unit_move');
