import { defineServer } from '../kit/server.ts';
import { changePassword } from './tools/change-password.ts';
import { deactivateCard } from './tools/deactivate-card.ts';
import { getAccountBalance } from './tools/get-account-balance.ts';
import { getAccountDetails } from './tools/get-account-details.ts';
import { getCard } from './tools/get-card.ts';
import { getTransactions } from './tools/get-transactions.ts';
import { reportIssue } from './tools/report-issue.ts';
import { updateAddress } from './tools/update-address.ts';

export const bank = defineServer({
  name: 'bank',
  instructions:
    "A bank's customers with their accounts, transactions, cards and issues. Ids look like user_001, CARD-0001, " +
    'TXN-00001, ISSUE-0001. Account and card numbers are known by their last four digits only.',
  data: 'bank',
  tools: [
    getAccountDetails,
    getAccountBalance,
    getTransactions,
    getCard,
    changePassword,
    updateAddress,
    deactivateCard,
    reportIssue,
  ],
});
