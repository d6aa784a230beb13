"""How `models/starter` is made: data, teachers, towers, export and the figures, one module a stage."""
