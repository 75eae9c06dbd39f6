-- Saved views of lists: a name for a set of choices, which is a query string (src/web/list/state.rs).

create table saved_view (
    tenant_id uuid not null constraint saved_view_tenant_fkey references sys.tenant (id),
    id uuid not null,
    user_id uuid not null,
    -- The slug of the list.
    list text not null constraint saved_view_list_form check (list ~ '^[a-z][a-z_]{1,40}$'),
    name text not null constraint saved_view_name_given check (name <> '' and length(name) <= 80),
    query text not null constraint saved_view_query_length check (length(query) <= 4000),
    -- Everyone in the municipality who may see the list sees the view as a tab.
    is_shared boolean not null default false,
    created_at timestamptz not null default now(),
    constraint saved_view_pkey primary key (tenant_id, id),
    constraint saved_view_user_fkey foreign key (tenant_id, user_id) references sys.membership (tenant_id, user_id),
    constraint saved_view_name_key unique (tenant_id, user_id, list, name)
);
create index saved_view_list_idx on saved_view (tenant_id, list);

select app.make_tenant_table('saved_view');
