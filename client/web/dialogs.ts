/** What most visits do without: one piece of the program, which the page loads when the first of these is opened. */
// It is here already. To the bundler this says that all of the page is one piece, from which this one takes the rest.
import "./page.tsx";

export { Administration } from "./admin/administration.tsx";
export { Invitations } from "./account/invitations.tsx";
export { EnterRoom } from "./chat/enter_room.tsx";
export { Directory } from "./people/directory.tsx";
export { Profile } from "./people/profile.tsx";
export { Settings } from "./account/settings.tsx";
export { AboutRoom } from "./rooms/about_room.tsx";
export { InviteInto } from "./rooms/invite_dialog.tsx";
export { MeasureForm } from "./chat/measure_form.tsx";
export { NotifyLevel } from "./rooms/notify_level.tsx";
export { Report } from "./chat/report.tsx";
export { SearchIn } from "./chat/search.tsx";
export { Several } from "./chat/several.tsx";
