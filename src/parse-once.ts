// For a process that reads each of its files once: schemas are not compiled before that, which takes longer than the reading.
// To be imported before anything that makes a schema.
import * as z from 'zod';

z.config({ jitless: true });
