-- From what happened to its line of the chain: whoever follows a thread asks for both, several times a second.
create index audit_of_content on countersign.audit (content_id, tenant);
