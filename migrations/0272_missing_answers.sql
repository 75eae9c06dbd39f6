-- What HR says of somebody who is gone from the newest staff register without being on a list (rules 2.4, L4): the last word of
-- each person; those before it are in the history.
create table missing_answer (
    tenant_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    answer text not null constraint missing_answer_known check (answer in ('har_slutat', 'arbetar_kvar', 'vet_inte')),
    -- The last day, of somebody who has left.
    last_day date,
    -- The staff register that the person was gone from.
    snapshot_on date,
    answered_on date not null,
    answered_by uuid,
    actor text not null,
    constraint missing_answer_pkey primary key (tenant_id, id),
    constraint missing_answer_person_key unique (tenant_id, person_id),
    constraint missing_answer_last_day check ((answer = 'har_slutat') = (last_day is not null)),
    constraint missing_answer_person_fkey foreign key (tenant_id, person_id) references person (tenant_id, id)
);
select app.make_tenant_table('missing_answer');
