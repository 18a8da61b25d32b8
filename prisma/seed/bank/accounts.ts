// The demonstration bank's accounts with what happened on them in about ninety days.

export type TransactionKind =
  | 'deposit'
  | 'purchase'
  | 'bill'
  | 'transfer'
  | 'withdrawal'
  | 'fee'
  | 'interest'
  | 'refund';
/** Days before the day of loading; dollars are negative where they leave the account. */
export type Line = [days: number, kind: TransactionKind, description: string, dollars: number];
/** What was there on the first day is what makes the others end in this balance. */
export type AccountSeed = {
  user: string;
  kind: 'checking' | 'savings';
  lastFour: string;
  balance: number;
  firstDay: number;
  lines: Line[];
};

export const ACCOUNTS: AccountSeed[] = [
  {
    user: 'user_001',
    kind: 'checking',
    lastFour: '4821',
    balance: 5420.5,
    firstDay: 92,
    lines: [
      ...monthly([89, 59, 29], 'bill', 'Rent Alder Street', -1450),
      ...monthly([87, 57, 27], 'bill', 'Pacific Electric', -74.2),
      ...monthly([64, 34, 3], 'deposit', 'Salary Deposit', 3500),
      ...monthly([80, 50, 20], 'bill', 'Streamline Music Subscription', -11.99),
      ...monthly([82, 68, 54, 40, 26, 12], 'purchase', 'Greenleaf Grocery', -96.35),
      [85, 'purchase', 'Corner Coffee', -5.4],
      ...monthly([56, 25], 'transfer', 'Transfer to Brokerage', -800),
      [74, 'fee', 'Card Replacement Fee', -10],
      [72, 'purchase', 'Bluebird Airlines', -318.6],
      [66, 'withdrawal', 'ATM Withdrawal Burnside', -120],
      [61, 'refund', 'Bluebird Airlines Refund', 54.1],
      [52, 'purchase', 'Amazon Purchase', -42.15],
      [47, 'purchase', 'Harvest Table Restaurant', -61.8],
      [43, 'transfer', 'Transfer to Sam Keller', -200],
      [37, 'purchase', 'Corner Coffee', -6.1],
      [31, 'purchase', 'Cascade Pharmacy', -23.47],
      [23, 'purchase', 'Redwood Books', -38],
      [18, 'withdrawal', 'ATM Withdrawal Burnside', -80],
      [15, 'interest', 'Interest', 1.12],
      [9, 'purchase', 'City Transit Pass', -100],
      [6, 'purchase', 'Corner Coffee', -5.75],
      [1, 'purchase', 'Amazon Purchase', -89.99],
    ],
  },
  {
    user: 'user_002',
    kind: 'checking',
    lastFour: '9016',
    balance: 6318.77,
    firstDay: 91,
    lines: [
      ...monthly([85, 55, 25], 'bill', 'Mortgage Juniper Lane', -1820),
      ...monthly([83, 69, 55, 41, 27, 13], 'deposit', 'Salary Deposit', 1640),
      ...monthly([78, 48, 18], 'transfer', 'Transfer to Savings', -250),
      [70, 'purchase', 'Summit Outdoor Gear', -214.9],
      [44, 'purchase', 'Mesa Fuel Station', -52.3],
      [30, 'purchase', 'Amazon Purchase', -129],
      [10, 'bill', 'Front Range Water', -41.65],
      [2, 'purchase', 'Larkspur Bakery', -14.25],
    ],
  },
  {
    user: 'user_002',
    kind: 'savings',
    lastFour: '9024',
    balance: 12750,
    firstDay: 91,
    lines: [
      ...monthly([78, 48, 18], 'transfer', 'Transfer from Checking', 250),
      ...monthly([61, 31], 'interest', 'Interest', 21.4),
    ],
  },
  {
    user: 'user_003',
    kind: 'checking',
    lastFour: '5570',
    balance: 1804.13,
    firstDay: 90,
    lines: [
      ...monthly([75, 45, 15], 'deposit', 'Freelance Invoice', 1900),
      ...monthly([74, 44, 14], 'bill', 'Rent Harbor View', -1375),
      [52, 'purchase', 'Orca Bicycles', -389.5],
      [33, 'fee', 'Overdraft Warning Fee', -5],
      [7, 'purchase', 'Pike Fish Market', -47.6],
    ],
  },
  {
    user: 'user_004',
    kind: 'checking',
    lastFour: '3308',
    balance: 12940.02,
    firstDay: 90,
    lines: [
      ...monthly([66, 36, 6], 'deposit', 'Salary Deposit', 4280),
      ...monthly([60, 30], 'bill', 'Gulf Energy', -163.4),
      [13, 'purchase', 'Neon Electronics Outlet', -499],
      [13, 'purchase', 'Neon Electronics Outlet', -349],
      [11, 'refund', 'Neon Electronics Outlet Refund', 349],
    ],
  },
  {
    user: 'user_005',
    kind: 'checking',
    lastFour: '6143',
    balance: 6071.9,
    firstDay: 89,
    lines: [
      ...monthly([62, 32, 2], 'deposit', 'Salary Deposit', 2950),
      ...monthly([58, 28], 'bill', 'Rent Elmegade', -1290),
      [40, 'purchase', 'Nordlys Furniture', -615],
      [8, 'purchase', 'Havnen Café', -9.8],
    ],
  },
  {
    user: 'user_005',
    kind: 'savings',
    lastFour: '6150',
    balance: 20110.35,
    firstDay: 89,
    lines: monthly([60, 30], 'interest', 'Interest', 33.45),
  },
  {
    user: 'user_006',
    kind: 'checking',
    lastFour: '2894',
    balance: 256.4,
    firstDay: 88,
    lines: [
      ...monthly([50, 22], 'deposit', 'Salary Deposit', 1480),
      ...monthly([49, 21], 'bill', 'Rent Palmetto', -1350),
      [14, 'bill', 'Credit Card Payment', -85],
      [10, 'fee', 'Late Payment Fee', -35],
      [5, 'withdrawal', 'ATM Withdrawal Brickell', -60],
    ],
  },
  {
    user: 'user_007',
    kind: 'savings',
    lastFour: '1001',
    balance: 48230.6,
    firstDay: 90,
    lines: [...monthly([60, 30], 'interest', 'Interest', 80.2), [17, 'withdrawal', 'Branch Withdrawal', -1500]],
  },
  {
    user: 'user_008',
    kind: 'checking',
    lastFour: '8412',
    balance: 4999.99,
    firstDay: 86,
    lines: [
      ...monthly([65, 35, 5], 'deposit', 'Salary Deposit', 2600),
      ...monthly([63, 33], 'bill', 'Rent Lantern Mews', -1700),
      [19, 'purchase', 'Thameside Theatre', -84],
    ],
  },
];

function monthly(days: number[], kind: TransactionKind, description: string, dollars: number): Line[] {
  return days.map((day) => [day, kind, description, dollars]);
}
