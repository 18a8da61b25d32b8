import type { LocalTool } from '../../gate/types.ts';
import { checkRequiresConfirmation } from './check-requires-confirmation.ts';
import { extractEntities } from './extract-entities.ts';
import { handOver } from './hand-over.ts';
import { summarizeState } from './summarize-state.ts';

export const localTools: LocalTool[] = [extractEntities, summarizeState, checkRequiresConfirmation, handOver];
