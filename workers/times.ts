/** How long a worker holds a thread without a sign of life. */
export const LEASE_MS = 10_000;
/** How long a reply is left to the worker that sends it without a sign of life before a deliver job takes it over. */
export const SEND_MS = 10_000;
/** After this time the sweeper adds a job again for a thread that waits and that no worker holds. */
export const ADD_AGAIN_MS = 10_000;
/** How long a worker holds a signed call without a sign of life. */
export const DISPATCH_MS = 10_000;
export const SWEEP_EVERY_MS = 2_000;
