TEAM_VARIABLE = "SOURCEWISE_TEAM"
"""The environment's name for the folder of a team that the page is served to."""
