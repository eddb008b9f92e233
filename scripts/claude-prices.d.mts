import type { Plugin } from 'esbuild';

export declare const claudePricesOnly: Plugin;
