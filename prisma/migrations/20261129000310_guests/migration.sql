-- Guests of a workspace are a kind of principal of their own: the desk's rules can tell them from staff.
alter table countersign.entries drop constraint entries_principal_kind_check,
  add constraint entries_principal_kind_check
    check (principal_kind in ('staff', 'guest', 'customer', 'service', 'anonymous'));
alter table countersign.turns drop constraint turns_principal_kind_check,
  add constraint turns_principal_kind_check
    check (principal_kind in ('staff', 'guest', 'customer', 'service', 'anonymous'));
