"""Stories of visits, told in the words of the office."""
