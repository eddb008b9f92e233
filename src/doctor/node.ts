// In: a path. Out: whether it is a program, and which Node it is.
// Always: asked with an empty environment, as the worker gets it.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { versionIn, type Version } from '../install/version-order.ts';

export const OLDEST_NODE: Version = '20.6.0';

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Undefined where it does not say. */
export function nodeVersion(node: string): Version | undefined {
  const { stdout } = spawnSync(node, ['--version'], { env: {}, encoding: 'utf8', timeout: 5000 });
  return versionIn(stdout);
}
