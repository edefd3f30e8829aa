"""What of a page is not the article: menus, comments, link lists, lines that recur over a whole site."""
