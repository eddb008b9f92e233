// The parameter that a backend on the user's own machine or network has: its address.
import type { PresetParameter } from './preset.ts';

/** `url`: with loopback as its default it need not be given. */
export function addressOf(variable: string, usual: string, hint: string): PresetParameter {
  return { name: 'url', variable, secret: false, required: false, default: usual, hint };
}

/** An address without the slash at its end, so that a path can follow. */
export function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
