"""How complete the archive is: who has seen which articles, and how many nobody saw."""
