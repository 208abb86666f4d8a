/** The Terraform provider that @cdktf/provider-docker is generated for. */
export const dockerProvider = { source: 'kreuzwerker/docker', version: '3.6.2' } as const;
