-- What a list of those whose employment ends covers, whose reach its rows are within, and the mails that remind of a list.

-- The förvaltningar that a list was seen to be of: they go when the list is taken back. What a person chooses for a sender
-- (leaver_sender_unit) goes before what its lists show.
alter table leaver_list add column covers uuid[] not null default '{}';
alter table leaver_sender_unit drop column is_found;

-- The förvaltning that a row belongs to, for whoever reaches only some of them. Its unit is in org_unit_id, where it is known.
alter table leaver_row add column department_id uuid;
-- A new constraint is checked against the rows of every municipality, which the policies forbid; they rest meanwhile.
alter table org_unit no force row level security;
alter table leaver_row no force row level security;
alter table leaver_row add constraint leaver_row_department_fkey foreign key (tenant_id, department_id)
    references org_unit (tenant_id, id) on delete set null (department_id) deferrable;
alter table org_unit force row level security;
alter table leaver_row force row level security;
create index leaver_row_department_idx on leaver_row (tenant_id, department_id);

-- A sender that a list made known is no part of that list's act: later lists are the same sender's, and each can be taken back on its
-- own. When its last list goes, and nobody has said anything about the sender, it goes too.
create function app.leaver_sender_unused() returns trigger language plpgsql set search_path = pg_catalog, public as
$$
begin
    delete from leaver_sender s
    where s.tenant_id = old.tenant_id and s.id = old.sender_id and s.version = 1 and s.reasons = ''
      and not exists (select 1 from leaver_list l where l.tenant_id = s.tenant_id and l.sender_id = s.id)
      and not exists (select 1 from leaver_sender_unit u where u.tenant_id = s.tenant_id and u.sender_id = s.id);
    return null;
end
$$;
create trigger leaver_sender_unused after delete on leaver_list for each row execute function app.leaver_sender_unused();

-- Each reminder of a list is mailed once.
create table leaver_reminder (
    tenant_id uuid not null constraint leaver_reminder_tenant_fkey references sys.tenant (id),
    id uuid not null,
    sender_id uuid not null,
    period date not null,
    kind text not null constraint leaver_reminder_kind check (kind in ('due', 'late', 'missing')),
    sent_on date not null,
    constraint leaver_reminder_pkey primary key (tenant_id, id),
    constraint leaver_reminder_key unique (tenant_id, sender_id, period, kind),
    constraint leaver_reminder_sender_fkey foreign key (tenant_id, sender_id) references leaver_sender (tenant_id, id) on delete cascade
);
select app.make_tenant_table('leaver_reminder', false);
