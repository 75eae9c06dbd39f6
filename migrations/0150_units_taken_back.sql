-- A list of units can be taken back although files were once taken in for one of them, or a flag once belonged to one:
-- what is noted about acts, and what is worked out from the register, does not keep a unit in it.
--
-- A new constraint is checked against the rows of every municipality, which the policies forbid; they rest meanwhile.
alter table org_unit no force row level security;
alter table import_run no force row level security;
alter table watch_flag no force row level security;
alter table import_run
    drop constraint import_run_unit_fkey,
    add constraint import_run_unit_fkey foreign key (tenant_id, unit_id) references org_unit (tenant_id, id)
        on delete set null (unit_id) deferrable;
alter table watch_flag
    drop constraint watch_flag_unit_fkey,
    add constraint watch_flag_unit_fkey foreign key (tenant_id, owner_unit_id) references org_unit (tenant_id, id)
        on delete set null (owner_unit_id) deferrable;
alter table org_unit force row level security;
alter table import_run force row level security;
alter table watch_flag force row level security;
