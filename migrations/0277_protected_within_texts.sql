-- Whether a text names a person with protected identity (rules 9.6): the whole name in whatever order, or a given name and the
-- family name somewhere in it ("Karin Åkerlund (tf)", "Åkerlunds"): what stands beside a name makes it no less the person's. In
-- the program `people::ProtectedMask` knows more (initials, earlier names, numbers); this is for what a query itself must hide.
create or replace function app.names_protected(p_text text) returns boolean stable parallel safe language sql as
$$
    select coalesce(p_text, '') <> '' and exists (
        select 1
        from public.person p,
             (select string_agg(w, ' ' order by w collate "C") as name_key,
                     -- Whose something is, is said with an s after the name.
                     array_agg(w) || array_agg(regexp_replace(w, '^(..+)s$', '\1')) as words
              from regexp_split_to_table(lower(public.unaccent(p_text)), '[^[:alnum:]]+') w where w <> '') said
        where p.is_protected
          and (p.name_key = said.name_key
               or (regexp_split_to_array(lower(public.unaccent(p.given_names)), '[^[:alnum:]]+') && said.words
                   and regexp_split_to_array(lower(public.unaccent(p.family_name)), '[^[:alnum:]]+') && said.words)))
$$;
