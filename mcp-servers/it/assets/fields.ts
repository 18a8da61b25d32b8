import { z } from 'zod';

export const assetKind = z.enum(['server', 'workstation', 'laptop']).describe('Kind of machine');

export const assetStatus = z.enum(['in_use', 'in_repair', 'spare', 'retired']).describe('What the machine does now');

export const eventKind = z
  .enum(['purchase', 'repair', 'upgrade', 'move', 'incident'])
  .describe('What happened: incident is a failure, with its ticket where there is one');

export const licenseKind = z.enum(['per_user', 'per_device', 'per_core', 'site']).describe('What a seat is');
