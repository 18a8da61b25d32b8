import { controls } from './attacker-controls.ts';
import { customers, guests } from './attacker-customers.ts';
import { type Case, made } from './attacker-draft.ts';
import { attacks, core } from './attacker-orders.ts';
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
]);
