import { defineProduct } from '../product.js';

/** The product of the platform's tests. Its name is not the one of `config/product.ts`: nothing may know that. */
export const testProduct = defineProduct({ name: 'tested', title: 'Tested' });
