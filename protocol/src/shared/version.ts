/** Version of the agent link and of the REST bodies below `/api/v1/agent`. Raised when an older agent could misunderstand. */
export const protocolVersion = 1;
/** The oldest version of the link that this build still speaks. */
export const oldestProtocolVersion = 1;
/** Version of the product, of all its workspaces. */
export const productVersion = '0.1.0';
