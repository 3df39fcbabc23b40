"""What is known of Sina's pages, addresses and lists, as pure functions: no file, no network, no clock."""
