/** Version of this release: the tag of its image, and what the command says. A test holds it to package.json. */
export const version = '0.1.0'
