"""What schemas can be made of, whether one is right, and what its rows look like, before anything is made."""
