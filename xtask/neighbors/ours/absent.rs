pub fn call(_: &str) -> Result<String, Box<dyn std::error::Error>> {
    Ok("absent".to_owned())
}
