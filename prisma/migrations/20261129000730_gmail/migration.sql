-- The tools of the gmail server work on the mock mailbox. A reset empties it table by table, and history ids go on from
-- where they were, because a reader of the mailbox remembers the last one.
create sequence mail.history_ids;
select setval('mail.history_ids', greatest((select max(history_id) from mail.mailboxes), 1));
alter table mail.mailboxes alter column history_id set default nextval('mail.history_ids');

alter table mail.history alter constraint history_tenant_message_id_fkey deferrable;
alter table mail.parts alter constraint parts_tenant_message_id_fkey deferrable;

grant usage on sequence mail.history_ids to countersign_mail, countersign_tools;
grant usage on schema mail to countersign_tools;
grant select, insert on all tables in schema mail to countersign_tools;
grant update on mail.mailboxes, mail.messages to countersign_tools;
