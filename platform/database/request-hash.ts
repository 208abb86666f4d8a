import { createHash } from 'node:crypto';

/** By which it is told whether two requests with one key ask for the same. @param about - the workflow or the run that they are for */
export const requestHashOf = (about: string, contentJson: string): string =>
  createHash('sha256').update(`${about}\n${contentJson}`).digest('hex');
