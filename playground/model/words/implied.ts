import { stem, wordsIn } from './stem.ts';

/** What people speak of by other words than tools do: before the colon what tools call it, behind it what makes one think of it, words one after the other joined. */
const lines = `
transaction: spend spent pay paid rent mortgage salary wage wages deposit withdrew withdrawn withdrawal fee fees charge charged debit debited credited refund refunded overdraft transfer transferred interest bought buy purchase purchased subscription came come_off go_out went_out back received cashback income earned payment cost costs
bill: buy bought purchase purchased sold sell sale sales spend spent took take takes customer shopper revenue takings earned pay paid receipt
order: bought buy purchase purchased ship shipped deliver delivered arrived parcel package returned sent
payment: paid pay owe owes owed owing settle settled due overdue behind unpaid debt
balance: owe owes owed owing money funds worth altogether available
stock: we_have we_got have_we have_you you_have you_sell got_any left enough available shelf remaining remain out short low running restock reorder carry keep kept sell count counted spoiled delivery delivered arrived spoilt expired broke broken threw thrown
low: running short restock reorder empty gone out
item: we_have we_got have_we have_you you_have you_sell got_any left enough available shelf sell carry keep stock cost costs price cheap cheaper cheapest dear dearer dearest expensive product article piece
price: cost costs cheap cheaper cheapest dear dearer dearest expensive worth come comes kilo
preview: come comes together cost total
note: wrote written write noted noticed remark jot down remember why
history: ever often happened repair repaired before past previously so-far serviced replaced
similar: like alike resembling before same seen
terms: promise promised agreed entitled react respond response answer fast soon hours guaranteed uptime
sla: promise promised agreed entitled react respond response answer fast soon hours guaranteed
status: standing good behind suspended active blocked hold cut stopped still state
contact: phone number mail reach call person bookkeeper boss manager responsible head
incident: outage down disruption broken trouble fixed over resolved started
impact: touch touches hit affected affect feel feels notice notices suffer suffers depend depends
address: live lives moved move moving street city postal
metrics: average share percentage overall total many rate
counts: many average overall total
warranty: guarantee guaranteed covered cover coverage
license: seat seats subscription software
message: said says say wrote write posted told channel oncall escalation escalations
detail: details everything about information open
fix: solve solved repair mend normally usually
article: kb knowledge guide
refund: back reimburse money
change: raise lower set rename called put new reprice price costs
`;

const concepts: [concept: string, words: Set<string>][] = lines
  .trim()
  .split('\n')
  .map((line) => line.split(':'))
  .map(([concept = '', words = '']) => [stem(concept), new Set(words.trim().split(' '))]);

/** The stems of what a text makes one think of, with how many of its words do. */
export function impliedBy(text: string): Map<string, number> {
  const words = wordsIn(text);
  // "Do we still have" is "we have".
  const telling = words.filter((word) => !/^(?:still|also|already|ever|just|really|actually)$/.test(word));
  const pairs = telling.slice(1).map((word, at) => `${telling[at]}_${word}`);
  const said = new Set([...words.flatMap((word) => [word, word.replace(/s$/, '')]), ...pairs]);
  const found = concepts.map(
    ([concept, words]) => [concept, [...words].filter((word) => said.has(word)).length] as const,
  );
  return new Map(found.filter(([, count]) => count > 0));
}
