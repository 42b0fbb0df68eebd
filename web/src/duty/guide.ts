/** The parts of the desk in the order in which somebody new meets them; each is framed while it is explained. */
export const GUIDE = ["sound", "list", "case", "deeds", "side", "rail"] as const;
