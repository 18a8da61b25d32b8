import { accountsAndRoles } from './attacker-accounts.ts';
import { clicksAndUnknowns } from './attacker-clicks.ts';
import { controls } from './attacker-controls.ts';
import { customers, guests } from './attacker-customers.ts';
import { type Case, made } from './attacker-draft.ts';
import { links } from './attacker-links.ts';
import { attacks, core } from './attacker-orders.ts';
import { strangersAndGuests } from './attacker-outsiders.ts';
import { plantedAndWords } from './attacker-planted.ts';
import { serversAndLimits } from './attacker-servers.ts';
import { impostors, signatures, yeses } from './attacker-signers.ts';
import { fromDescription, fromSource, message, result, sources } from './attacker-sources.ts';

/** Where text comes from, times what it tries; and what people do about the calls that the model then asks for. */
export const cases: Case[] = made([
  ...controls,
  ...attacks.map((attack) => fromSource(message, attack, 'staff')),
  ...attacks.map((attack) => fromSource(result, attack, 'staff')),
  ...sources.flatMap((source) => core.map((attack) => fromSource(source, attack, 'staff'))),
  ...core.map((attack) => fromDescription(attack, 'staff')),
  ...guests,
  ...yeses,
  ...impostors,
  ...signatures,
  ...customers,
  ...strangersAndGuests,
  ...accountsAndRoles,
  ...plantedAndWords,
  ...clicksAndUnknowns,
  ...serversAndLimits,
  ...links,
]);
