import { defineServer } from '../kit/server.ts';
import { createIssue } from './tools/create-issue.ts';
import { getIssue } from './tools/get-issue.ts';
import { listIssues } from './tools/list-issues.ts';

export const notion = defineServer({
  name: 'notion',
  instructions:
    "The jeweller's issues in Notion: what has to be repaired, reordered, delivered or asked. Ids look like ISSUE-001; " +
    'an issue may name a customer (CUST-001), an order (ORD-1001) and an item (RNG-GLD-001) of jewelryops.',
  data: 'notion',
  tools: [getIssue, listIssues, createIssue],
});
