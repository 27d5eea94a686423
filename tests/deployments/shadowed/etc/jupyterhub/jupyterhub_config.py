c.Spawner.default_url = "/tree"
