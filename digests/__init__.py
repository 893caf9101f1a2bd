"""What was heard: words, protected words, themes, release, page. No database, platform or clock."""
