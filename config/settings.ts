import { defineSettings } from '../platform/settings/define-settings.js';

/**
 * The product's settings and secrets, by the name of their variable. docs/guides/settings.md explains them.
 *
 *     PAYMENTS_URL: {
 *       type: 'string',
 *       canonical: 'origin',
 *       default: 'http://127.0.0.1:4010',
 *       usedBy: ['worker'],
 *       description: 'Origin of the payment service',
 *     },
 */
export const settings = defineSettings({});
