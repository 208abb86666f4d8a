import { healthPaths } from '../../platform/settings/names.js';

/**
 * A probe that expects status 200 from a port of the container. It is plain bash: the images have no curl, and a Node.js process per
 * probe would use more CPU than the idle service.
 */
export const bashHttpProbe = (port: number, path: string = healthPaths.ready): readonly string[] => [
  'CMD',
  'bash',
  '-c',
  `exec 3<>/dev/tcp/127.0.0.1/${port} && printf 'GET ${path} HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ "$status" = 200 ]`,
];

/** The same for images with netcat and without bash. */
export const netcatHttpProbe = (port: number, path: string): readonly string[] => [
  'CMD-SHELL',
  `printf 'GET ${path} HTTP/1.0\\r\\n\\r\\n' | nc -w 3 127.0.0.1 ${port} | head -n 1 | grep -q ' 200'`,
];
