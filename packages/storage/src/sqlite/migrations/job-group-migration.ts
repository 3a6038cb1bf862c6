/** Work that takes turns, such as that on one repository; of released migrations nothing changes. */
export const jobGroups = `
ALTER TABLE jobs ADD COLUMN group_name TEXT;
`;
