import { defineProduct } from '../platform/product.js';
import { settings } from './settings.js';

/** The product's names. They stand here once; everything else derives them. */
export const product = defineProduct({
  name: 'atlas',
  title: 'ATLAS',
  licence: { name: 'MIT', identifier: 'MIT' },
  settings,
});
