import { sweepSigned } from './sign-sweep.ts';

sweepSigned('postgres');
