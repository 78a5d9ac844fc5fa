"""Line lists: any filter, chosen columns, page by page, within a user's area."""
