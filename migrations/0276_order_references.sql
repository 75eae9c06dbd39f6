-- What a subscription was ordered by: the number of the order in the municipality's own order portal (F16).
alter table subscription add column order_ref text not null default '';
