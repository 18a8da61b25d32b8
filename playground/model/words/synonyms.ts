import { stem } from './stem.ts';

/** Words that people use for one another, one group a line. */
const groups = `
delete remove erase drop discard cancel
cancel void
find search lookup locate look seek discover
create add make new open register insert raise start
update change modify edit alter adjust correct
deactivate disable block stop freeze
suspend hold pause
send post tell notify inform message write share
refund reimburse money-back give-back
return refund
order purchase
buy purchase order
book reserve reservation booking
customer client buyer user account
bill invoice receipt
ticket case request
issue problem trouble incident
balance funds money owe owes outstanding
transaction payment spending purchase movement
stock inventory shelf left available quantity
item product article goods
note comment remark
password passcode
address moved move street
card debit credit visa mastercard
stolen theft robbed
lost misplaced missing
broken damaged defective faulty
weather forecast temperature rain sunny
movie film films cinema
song music track
restaurant dining eat food
hotel stay lodging accommodation room
flight fly plane airline
trip travel journey itinerary
route directions path way
distance far
price cost costs expensive rate fare
salary wage income earnings
company firm business corporation organization
employee worker staff
doctor physician
lawyer attorney
law legal legislation
court lawsuit case
picture image photo
email mail
phone call telephone
calendar schedule agenda event appointment meeting
task todo reminder
news headlines article
stock share shares equity
convert conversion exchange translate
calculate compute determine work solve
area surface
speed velocity fast
mass weight weigh heavy
height tall elevation altitude
length long
duration time period
start begin initial from origin source
end finish final to destination target
big large size
urgent asap immediately
high important
critical severe emergency
low short scarce
active enabled reactivate reinstate unsuspend
warranty guarantee
machine computer laptop server workstation device asset
article kb knowledge solution guide
fix solution repair solve mend
contact person people
person customer
person user
person employee
person member
sla terms agreement level
license licence subscription
affect impact touch hit notice feel
status state condition progress
history past log
similar like alike
gene dna genetic protein genome
sport game match
team club
player athlete
score result points
recipe cook dish meal
museum gallery exhibition art
book novel author
school university college
car vehicle auto
house home property realestate apartment
loan mortgage
invest investment
tax taxes
country nation
kid kids child children grandchild grandchildren
city town
population inhabitants people
show display list view
picture painting artwork
file document
folder directory
remember memory store
say says text
`;

const bySelf = new Map<string, Set<string>>();
for (const line of groups.trim().split('\n')) {
  const stems = line.split(' ').map(stem);
  for (const one of stems) {
    const others = bySelf.get(one) ?? new Set<string>();
    for (const other of stems) if (other !== one) others.add(other);
    bySelf.set(one, others);
  }
}

/** Whether two stems are of words that people use for one another. */
export function meanAlike(one: string, other: string): boolean {
  return one === other || (bySelf.get(one)?.has(other) ?? false);
}

export function synonymsOf(one: string): ReadonlySet<string> {
  return bySelf.get(one) ?? none;
}
const none: ReadonlySet<string> = new Set();
