import type { OwnContainers } from './constructs/own-container.js';

/**
 * The product's own containers, one line each; docs/guides/container.md explains them. Every stage has them beside the platform's, and the
 * app starts when they are healthy.
 */
export const ownContainers: OwnContainers = {};
